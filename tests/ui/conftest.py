"""The real window, for every test of this folder."""

from tests.ui.fixtures import fonts_loaded, open_page, show_qml, words_compiled

__all__ = ["fonts_loaded", "open_page", "show_qml", "words_compiled"]
