"""The workbook in which a team can run its presale without any server: the process, the funnel, promises and figures.

Everything that is worked out in it is a formula that Excel from 2016 on and LibreOffice both know; beside each formula stands the
value that it has at the moment of writing, for programs that show a workbook without reckoning.
"""
