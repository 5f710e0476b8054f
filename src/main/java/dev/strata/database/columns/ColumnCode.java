package dev.strata.database.columns;

/** A closed set of kinds that the database has as one letter each, which never changes: an enum's, other than its names. */
public interface ColumnCode {

    /** The letter in the column. */
    char code();

    /** The letter as a statement's parameter. */
    default String column() {
        return String.valueOf(code());
    }

    /**
     * The kind that a column has.
     *
     * @throws IllegalStateException where no kind has this letter: another version of Strata wrote it
     */
    static <E extends Enum<E> & ColumnCode> E of(Class<E> kinds, String column) {
        for (E kind : kinds.getEnumConstants()) {
            if (kind.column().equals(column)) {
                return kind;
            }
        }
        throw new IllegalStateException("There is no " + kinds.getSimpleName() + " '" + column + "'");
    }
}
