"""How a closed deal went: its time, its delays by cause, who made up for them, the rules, the client's words."""
