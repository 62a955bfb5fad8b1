package io.fairlead.core.status;

/** Something an operator should know, as it happened. <b>Immutable.</b> */
public sealed interface Notice permits BackendNotice, PanicNotice, LimitNotice {
    /**
     * When it happened.
     *
     * @return milliseconds since 1970.
     */
    long timeMs();
}
