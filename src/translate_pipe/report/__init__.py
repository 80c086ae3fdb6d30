"""What a run did and found, for people and for programs: texts, tables, JSON, SARIF, annotations. Nothing prints."""
