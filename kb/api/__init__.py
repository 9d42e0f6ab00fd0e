"""The HTTP interface: the JSON of the command line over HTTP, for programs on this machine or with a token.

Reads only: nothing here changes the library. One process, several threads; every size, number and wait has a limit.
"""
