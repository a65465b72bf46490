"""What `channels` tells of labels."""

from somnometry.report.tables.channels import channels_page


def test_labels_are_explained_alone_and_together(run):
    told = run("channels", "TP9", "AF7", "AF8", "TP10", "Quux").output
    assert "together: Muse" in told
    assert "AF7-FPZ" in told
    assert "not understood" in told
    assert "sleep-profiler" in run("channels").output


def test_the_page_is_printed_as_it_is(run):
    assert run("channels", "--markdown").output == channels_page()
