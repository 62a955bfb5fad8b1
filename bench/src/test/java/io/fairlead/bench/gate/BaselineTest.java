package io.fairlead.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is judged worse, better or the same, and what an update writes. */
final class BaselineTest {
    private static final String SETTINGS = "limit.ratio=1.5\ntolerance-percent.instructions=3\n";

    @ParameterizedTest
    @CsvSource({
        "a.instructions, 1000, 1000,    SAME",
        "a.instructions, 1000, 1030,    SAME",
        "a.instructions, 1000, 1030.01, WORSE",
        "a.instructions, 1000, 970,     SAME",
        "a.instructions, 1000, 969.99,  BETTER",
        "a.write,        2,    2,       SAME",
        "a.write,        2,    2.0001,  WORSE",
        "a.write,        2,    2.00001, SAME",
        "a.write,        2,    1.9999,  BETTER",
        "a.allocations,  0,    0.0002,  WORSE",
        "a.instructions, 1000, 799,     LOST",
        "a.copied-bytes, 64,   0,       LOST"
    })
    void shouldJudgeByTheToleranceOfTheFigure(String figure, double expected, double found, Finding.Verdict verdict)
            throws IOException {
        final List<Finding> findings =
                baseline(SETTINGS + figure + "=" + expected).compare(Map.of(figure, found));
        assertEquals(verdict, findings.get(0).verdict());
        assertEquals(
                verdict == Finding.Verdict.WORSE || verdict == Finding.Verdict.LOST,
                findings.get(0).fails());
        assertEquals(1, findings.size());
    }

    @Test
    void shouldFailWhenAFigureIsUnknownOrMissing() throws IOException {
        final List<Finding> findings = baseline(SETTINGS + "a.read=1").compare(Map.of("b.read", 1.0));
        assertEquals(
                List.of(Finding.Verdict.UNKNOWN, Finding.Verdict.MISSING),
                findings.stream().map(Finding::verdict).toList());
        assertTrue(findings.stream().allMatch(Finding::fails));
    }

    @Test
    void shouldKeepSettingsAndOrderWhenUpdated() throws IOException {
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("b.read", 2.0);
        figures.put("a.instructions", 1234.56789);
        final String text = baseline(SETTINGS + "b.read=1").updated(figures, figure -> false);
        assertTrue(text.endsWith(SETTINGS + "b.read=2\na.instructions=1234.5679\n"), text);
        assertTrue(baseline(text).compare(figures).stream().noneMatch(Finding::fails), text);
        assertEquals(1.5, baseline(text).ratioLimit());
    }

    @Test
    void shouldKeepWhatCouldNotBeCountedWhenUpdated() throws IOException {
        final Baseline baseline = baseline(SETTINGS + "e.read=5\na.read=1\ne.poll=0.5\n");
        final String text = baseline.updated(Map.of("a.read", 2.0), figure -> figure.startsWith("e."));
        assertTrue(text.endsWith(SETTINGS + "a.read=2\ne.poll=0.5\ne.read=5\n"), text);
    }

    @Test
    void shouldNotMissWhatIsLeftOut() throws IOException {
        final Baseline baseline =
                baseline(SETTINGS + "e.read=5\na.read=1\n").without(figure -> figure.startsWith("e."));
        final List<Finding> findings = baseline.compare(Map.of("a.read", 2.0));
        assertEquals(
                List.of(Finding.Verdict.WORSE),
                findings.stream().map(Finding::verdict).toList());
        assertEquals(1.5, baseline.ratioLimit());
    }

    @Test
    void shouldSayWhatIsWorseAndPassWhatIsBetter() throws IOException {
        final List<String> told = new ArrayList<>();
        final Baseline baseline = baseline(SETTINGS + "a.read=8\na.write=2\n");
        assertTrue(new RegressionGate(baseline, told::add)
                .judge(Map.of("a.read", 7.0, "a.write", 2.0))
                .isPassed());
        assertTrue(String.join("\n", told).contains("takes less"), told::toString);
        assertFalse(new RegressionGate(baseline, told::add)
                .judge(Map.of("a.read", 10.0, "a.write", 2.0))
                .isPassed());
        assertTrue(String.join("\n", told).contains("+25.00 %"), told::toString);
    }

    @Test
    void shouldRejectABaselineWithoutItsSettings() {
        assertThrows(IOException.class, () -> baseline("a.read=1"));
    }

    private static Baseline baseline(String text) throws IOException {
        return Baseline.read(new StringReader(text));
    }
}
