package io.fairlead.bench.load;

/**
 * Told what a {@link MessageClient} gets. <b>Called on the load thread</b>; may send, abort and connect again.
 */
public interface MessageHandler {
    /**
     * The handshake is done.
     *
     * @param client whose.
     */
    default void onOpen(MessageClient client) {}

    /**
     * The whole echo of a message came, and was right.
     *
     * @param client who had sent it.
     * @param startNs what {@link MessageClient#send} was told.
     */
    void onEcho(MessageClient client, long startNs);

    /**
     * The backend named itself.
     *
     * @param client who had asked.
     * @param backend its name.
     */
    default void onBackend(MessageClient client, String backend) {}

    /**
     * The Close handshake is done and the connection ended.
     *
     * @param client who had begun it.
     */
    default void onClosed(MessageClient client) {}

    /**
     * The connection ended in another way; what was under way gets no answer.
     *
     * @param client whose.
     * @param reason why.
     */
    void onFailed(MessageClient client, String reason);
}
