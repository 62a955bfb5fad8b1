package io.fairlead.core.status;

/** Told of connections in order, through a bounded queue whose overflow is counted. */
@FunctionalInterface
public interface ConnectionListener {
    /**
     * A connection was upgraded, or ended. Called on the event thread of a launched balancer, where a slow listener
     * loses events but never slows the loop; for an embedded one, on the thread that calls {@code pollEvents()}.
     *
     * @param event what happened.
     */
    void onConnection(ConnectionEvent event);
}
