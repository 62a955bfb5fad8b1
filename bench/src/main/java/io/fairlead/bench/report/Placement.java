package io.fairlead.bench.report;

/** Where the processes of a measurement ran. */
enum Placement {
    ONE_CORE("one-core", "everything on one core"),
    TWO_CORES("two-cores", "the balancer on a core of its own"),
    FREE("free", "placed by the kernel");

    private final String label;
    private final String explanation;

    Placement(String label, String explanation) {
        this.label = label;
        this.explanation = explanation;
    }

    static Placement of(Csv.Row row, String column) throws InputException {
        final String text = row.name(column);
        for (final Placement placement : values()) {
            if (placement.label.equals(text)) {
                return placement;
            }
        }
        throw row.problem(column + " is none of one-core, two-cores and free: " + text);
    }

    /** As files and their names have it. */
    String label() {
        return label;
    }

    /** As a title has it. */
    String explanation() {
        return explanation;
    }
}
