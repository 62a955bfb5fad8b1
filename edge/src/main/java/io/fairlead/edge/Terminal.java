package io.fairlead.edge;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;

/**
 * Standard output and standard error, with at most one live line at the bottom of a terminal that everything else is
 * printed above. <b>Thread safe.</b>
 */
final class Terminal {
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final OutputStream rawOut;
    private final PrintStream err;
    private final boolean interactive;
    private String liveLine = "";

    /**
     * Wrap two streams.
     *
     * @param out for what was asked for.
     * @param rawOut the same place, not buffered, for what must know which write failed.
     * @param err for errors and notes.
     * @param interactive whether {@code out} is a terminal.
     */
    Terminal(PrintStream out, OutputStream rawOut, PrintStream err, boolean interactive) {
        this.out = out;
        this.rawOut = rawOut;
        this.err = err;
        this.interactive = interactive;
    }

    /**
     * The streams of this process.
     *
     * @return a terminal, interactive if there is one.
     */
    @SuppressWarnings("resource") // standard output is not closed
    static Terminal ofProcess() {
        return new Terminal(
                System.out, new FileOutputStream(FileDescriptor.out), System.err, isTerminal(System.console()));
    }

    PrintStream out() {
        return out;
    }

    /** Standard output without a {@link PrintStream}, which never forgets that a write failed; not to be closed. */
    OutputStream rawOut() {
        return rawOut;
    }

    PrintStream err() {
        return err;
    }

    boolean interactive() {
        return interactive;
    }

    /**
     * Print a line that was asked for.
     *
     * @param text without its end.
     */
    void line(String text) {
        print(out, text);
    }

    /**
     * Print an error or a note.
     *
     * @param text without its end.
     */
    void note(String text) {
        print(err, text);
    }

    /**
     * Replace the live line; nothing happens when this is no terminal.
     *
     * @param text to show, empty for none.
     */
    synchronized void live(String text) {
        if (interactive) {
            liveLine = text;
            out.print(ERASE_LINE + text);
            out.flush();
        }
    }

    private synchronized void print(PrintStream stream, String text) {
        if (!liveLine.isEmpty()) {
            out.print(ERASE_LINE);
            out.flush();
        }
        stream.println(text);
        stream.flush();
        if (!liveLine.isEmpty()) {
            out.print(liveLine);
            out.flush();
        }
    }

    /** From JDK 22 on there is a console object even without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (final NoSuchMethodException expected) {
            return true;
        } catch (final IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot ask whether this is a terminal", e);
        }
    }
}
