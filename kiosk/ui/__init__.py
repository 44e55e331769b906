"""The window: QML and the few lines of Python that put it on the screen."""
