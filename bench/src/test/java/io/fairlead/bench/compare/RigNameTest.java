package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RigNameTest {
    @Test
    void shouldTurnNamesIntoFlags() {
        assertEquals(List.of("rtt", "--size", "64", "--connections", "100"), RigName.arguments("rtt-64x100"));
        assertEquals(
                List.of("rtt", "--size", "64", "--connections", "100", "--rate", "8000"),
                RigName.arguments("rtt-64x100@8000"));
        assertEquals(List.of("bulk", "--size", "1048576", "--connections", "4"), RigName.arguments("bulk-1048576x4"));
        assertEquals(List.of("churn", "--connections", "20"), RigName.arguments("churn-20"));
        assertEquals(List.of("churn", "--connections", "20", "--rate", "500"), RigName.arguments("churn-20@500"));
        assertEquals(List.of("storm", "--connections", "1000"), RigName.arguments("storm-1000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rtt",
                "rtt-64",
                "rtt-64x",
                "rtt-64x100@",
                "bulk-1x1@5",
                "storm-5@5",
                "churn--1",
                "idle-5",
                "rtt-64x100 "
            })
    void shouldRefuseWhatIsNoRig(String name) {
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> RigName.arguments(name));
        assertTrue(e.getMessage().contains("'" + name + "'"), e.getMessage());
    }
}
