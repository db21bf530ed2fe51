"""Lines as printed, and what each is: paragraphs, blocks, margins, tables, columns."""
