package io.fairlead.core.status;

/**
 * A limit was met. At most one notice in ten seconds for each kind. <b>Immutable.</b>
 *
 * @param timeMs milliseconds since 1970.
 * @param limit which.
 * @param count how often since the notice before.
 * @param example a client key, or a backend's name, that met it last; null where there is none.
 */
public record LimitNotice(long timeMs, LimitKind limit, long count, String example) implements Notice {}
