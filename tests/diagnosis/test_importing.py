"""Lines about packs that did not load."""

from comfydoctor.diagnosis.importing import is_inside, lines_about
from comfydoctor.diagnosis.reading import read_text

LOG = """got prompt
Traceback (most recent call last):
  File "/c/custom_nodes/One/__init__.py", line 1, in <module>
ModuleNotFoundError: No module named 'cv2'

Cannot import /c/custom_nodes/One module for custom nodes: No module named 'cv2'
   0.0 seconds (IMPORT FAILED): /c/custom_nodes/Two
   0.1 seconds: /c/custom_nodes/Three
Prompt executed in 1.00 seconds"""


def numbers(pack=""):
    return [line.number for line in lines_about(read_text(LOG), pack)]


def test_all_and_each():
    assert numbers()[-2:] == [6, 7] and 1 not in numbers() and 9 not in numbers()
    assert 7 not in numbers("One") and 6 in numbers("One")
    assert numbers("Two") == [7]
    assert numbers("Three") == []


def test_places_inside_of_errors():
    blocks = read_text(LOG).blocks
    assert is_inside(3, blocks) and not is_inside(1, blocks)
