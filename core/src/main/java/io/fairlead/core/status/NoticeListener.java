package io.fairlead.core.status;

/** Told of notices. */
@FunctionalInterface
public interface NoticeListener {
    /**
     * Something happened. Called on the events thread, or where {@code pollEvents} is.
     *
     * @param notice what.
     */
    void onNotice(Notice notice);
}
