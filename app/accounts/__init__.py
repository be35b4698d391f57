"""People: who they are, how they sign in, which roles they hold, where they can be reached.

Other rooms use `roles`, `queries`, `policies`, `events`, `service` and the port `code_sender.CodeSender`.
"""
