"""Results of runs for people and for programs: texts, tables, JSON, SARIF, annotations. Nothing prints."""
