package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What should be in a directory of results, and the difference to what is. A folder's page and pictures are written once and
 * then stay, as its figures do; the page over all is written whole each time. <b>Owned by the thread that made it.</b>
 */
public final class Report {
    private final Path results;
    private final Set<String> forced;

    /**
     * Of a directory.
     *
     * @param results the directory of all runs.
     * @param forced names of folders whose page and pictures are written anew.
     */
    public Report(Path results, Set<String> forced) {
        this.results = results;
        this.forced = forced;
    }

    /**
     * Write what is missing or out of date.
     *
     * @return the files that were written.
     */
    public List<Path> write() throws IOException {
        final Map<Path, String> difference = difference();
        for (final Map.Entry<Path, String> entry : difference.entrySet()) {
            Files.writeString(entry.getKey(), entry.getValue());
        }
        return new ArrayList<>(difference.keySet());
    }

    /** What {@link #write} would write, in its order. */
    Map<Path, String> difference() throws IOException {
        final List<Run> runs = Run.readAll(results);
        for (final String name : forced) {
            if (runs.stream().noneMatch(run -> run.name().equals(name) && run.isOwnPaged())) {
                throw new InputException(results.resolve(name), "is no folder whose pages are generated");
            }
        }
        final Map<Path, String> difference = new LinkedHashMap<>();
        final Map<String, Map<String, String>> pictures = new HashMap<>();
        for (final Run run : runs) {
            final Map<String, String> plots = run.isOwnPaged() ? Plots.of(run) : Map.of();
            pictures.put(run.name(), plots);
            if (run.isOwnPaged()) {
                final Map<String, String> files = new LinkedHashMap<>(plots);
                files.put(Run.SUMMARY, SummaryPage.of(run, plots.keySet()));
                files.forEach((name, text) -> addIfDue(difference, run, name, text));
            }
        }
        final Path page = results.resolve(ResultsPage.FILE_NAME);
        final String text = ResultsPage.of(runs, pictures);
        if (!Files.exists(page) || !Files.readString(page).equals(text)) {
            difference.put(page, text);
        }
        return difference;
    }

    private void addIfDue(Map<Path, String> difference, Run run, String name, String text) {
        final Path file = run.folder().resolve(name);
        if (!Files.exists(file) || forced.contains(run.name())) {
            difference.put(file, text);
        }
    }
}
