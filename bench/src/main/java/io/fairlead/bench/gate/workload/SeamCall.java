package io.fairlead.bench.gate.workload;

/** The calls of {@link io.fairlead.core.transport.Transport} that are counted; on a real kernel most are a system call each. */
enum SeamCall {
    POLL,
    READ,
    WRITE,
    SET_INTEREST,
    REGISTER,
    ACCEPT,
    REMOTE_ADDRESS,
    CONNECT,
    FINISH_CONNECT,
    SHUTDOWN_OUTPUT,
    CLOSE,
    RESET;

    /** As figures call it. */
    String figureName() {
        final StringBuilder name = new StringBuilder();
        for (final char letter : name().toCharArray()) {
            name.append(letter == '_' ? '-' : Character.toLowerCase(letter));
        }
        return name.toString();
    }
}
