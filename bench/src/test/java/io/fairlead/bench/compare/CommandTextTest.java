package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTextTest {
    @Test
    void shouldQuoteWhatAShellWouldTakeApart() {
        assertEquals(
                "compare --rounds 7 --one-core 'rtt-64x100 churn-20' --herds '' --flags 'it'\\''s'",
                CommandText.quoted(List.of(
                        "compare",
                        "--rounds",
                        "7",
                        "--one-core",
                        "rtt-64x100 churn-20",
                        "--herds",
                        "",
                        "--flags",
                        "it's")));
    }
}
