package io.fairlead.edge;

/** What the process tells the one who started it. <b>Immutable.</b> */
final class ExitCode {
    /** Everything that was asked for was done. */
    static final int DONE = 0;

    /** It could not start, or had to stop because of a failure. */
    static final int FAILED = 1;

    /** The command line makes no sense. */
    static final int USAGE = 2;

    /** Connections were closed because the drain limit had passed, or because a second signal cut the drain short. */
    static final int DRAIN_LIMIT_PASSED = 3;

    private ExitCode() {}
}
