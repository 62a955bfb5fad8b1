package io.fairlead.core.status;

/**
 * A backend changed its state. <b>Immutable.</b>
 *
 * @param timeMs milliseconds since 1970.
 * @param backend its name.
 * @param from the state before.
 * @param to the state now.
 * @param reason one clause.
 * @param connections that it has.
 * @param acceptingCount how many backends take connections now.
 * @param backendCount how many are configured.
 */
public record BackendNotice(
        long timeMs,
        String backend,
        BackendState from,
        BackendState to,
        String reason,
        int connections,
        int acceptingCount,
        int backendCount)
        implements Notice {}
