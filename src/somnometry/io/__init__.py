"""Files to nouns and back. The only importer of mne and edfio."""
