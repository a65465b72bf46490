"""EDF, EDF+, BDF and BDF+ as recorders write them: headers, records, annotations, and what mne is shown of them."""
