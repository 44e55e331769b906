"""The commands of `village-hub`, one file for each group: `add` names them to the parser.

Answers for programs go to standard output as one line of JSON or as plain lines; words for people
go to standard error. A command that cannot be done raises a `HubError`.
"""
