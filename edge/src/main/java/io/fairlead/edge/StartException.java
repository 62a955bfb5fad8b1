package io.fairlead.edge;

/** The process cannot start; the message is one sentence for its user: what is wrong and what to do. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(final String message) {
        super(message);
    }

    StartException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
