"""What a load balancer and a watchdog ask: does the process live, can it do its work?"""
