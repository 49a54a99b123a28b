"""What a stranger's code raised, in one line for results and records."""

from __future__ import annotations

from pathlib import Path


def what_raised(who: str, error: BaseException) -> str:
    """``Greedy raised KeyError: 'action_mask' (my_bots.py, line 7)``.

    To be called where ``error`` was caught, by the function that called the stranger's code: the place is the
    innermost one in the file which that call led to, not one in a library beyond it.
    """
    told = f"{who} raised {type(error).__name__}: {error}"
    call = error.__traceback__.tb_next if error.__traceback__ is not None else None
    if call is None:
        return told
    file, line = call.tb_frame.f_code.co_filename, call.tb_lineno
    while call is not None:
        if call.tb_frame.f_code.co_filename == file:
            line = call.tb_lineno
        call = call.tb_next
    return f"{told} ({Path(file).name}, line {line})"
