package io.fairlead.edge;

/** The process cannot start; the message is one sentence for its user: what is wrong and what to do. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
