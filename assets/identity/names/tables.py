from pathlib import Path
CHARACTERS_FILE = Path(__file__).with_name("characters.tsv")
VARIANTS_FILE = Path(__file__).with_name("variants.tsv")
