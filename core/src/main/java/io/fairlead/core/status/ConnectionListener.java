package io.fairlead.core.status;

/** Told of connections off the loop thread, in order, through a bounded queue whose overflow is counted. */
@FunctionalInterface
public interface ConnectionListener {
    /**
     * A connection was upgraded, or ended. Called on the balancer's event thread; a slow listener loses events but never
     * slows the loop.
     *
     * @param event what happened.
     */
    void onConnection(ConnectionEvent event);
}
