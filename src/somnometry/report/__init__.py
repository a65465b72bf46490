"""Results to text, figures and pages. The only importer of matplotlib."""
