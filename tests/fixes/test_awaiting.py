from comfydoctor.fixes.awaiting import last_words, phase_of


def test_the_log_tells_how_far_a_start_is():
    assert phase_of("") == ""
    log = "Total VRAM 1 MB\n[Prompt Server] web root: /x\n"
    assert phase_of(log) == "It loads the node packs."
    assert last_words("a\n\x1b[31mOSError: no\x1b[0m\n\n") == "OSError: no"
    assert last_words("") == "none were written."
