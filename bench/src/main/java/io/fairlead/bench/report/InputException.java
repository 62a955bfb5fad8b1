package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Path;

/** A file of results that cannot be believed. The message begins with its path and line. <b>Immutable.</b> */
final class InputException extends IOException {
    private static final long serialVersionUID = 1L;

    InputException(Path file, long line, String problem) {
        super(file + ":" + line + ": " + problem);
    }

    InputException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
