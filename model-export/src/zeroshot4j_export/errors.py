class ExportError(Exception):
    """Bad input or a failed check. The message is for the user: it is printed without a stack trace."""


def one_line(error: Exception) -> str:
    """The message of a library's error without its line breaks."""
    return " ".join(str(error).split()) or type(error).__name__
