package dev.strata.upkeep.retention.rules;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** The rules of retention: seen wherever they are kept, and changed where that is the database. */
@Service
public class RetentionRules {

    private static final int LONGEST = 16_000;

    private final RulesInFile file;
    private final RuleTable table;
    private final Clock clock;

    RetentionRules(RulesInFile file, RuleTable table, Clock clock) {
        this.file = file;
        this.table = table;
        this.clock = clock;
    }

    /** Whether the rules are in a file, where nothing else can change them. */
    public boolean isReadOnly() {
        return file.isUsed();
    }

    /** What is wrong with the file as it is now; empty where its rules are in force. */
    public List<String> faults() {
        return file.faults();
    }

    /** Those that are in force; in the database, in the order of their names. */
    public List<RetentionRule> all() {
        return file.isUsed()
                ? file.rules()
                : table.all().stream().map(rule -> RuleReader.readOne(rule.name(), rule.definition())).toList();
    }

    /** Those in the database, as they were written. */
    public List<StoredRule> stored() {
        return file.isUsed() ? List.of() : table.all();
    }

    /**
     * Takes a rule, in the place of the one of this name. When this returns, it is durable.
     *
     * @param definition as a file has it, in JSON and without its name
     * @throws RegistryException GRANT_INVALID where it is none, or there are too many; UNSUPPORTED where they are in a file
     */
    public RetentionRule put(String name, String definition, String by) {
        requireDatabase();
        if (definition.length() > LONGEST) {
            throw invalid("it has more than " + LONGEST + " characters");
        }
        RetentionRule rule = read(name, definition);
        List<StoredRule> all = table.all();
        if (all.size() >= RuleReader.MOST_RULES && all.stream().noneMatch(other -> other.name().equals(name))) {
            throw invalid("there are " + RuleReader.MOST_RULES + " rules already");
        }
        table.make(new RuleChange.Written(
                new StoredRule(name, definition, clock.instant().truncatedTo(ChronoUnit.MILLIS), by)));
        return rule;
    }

    private static RetentionRule read(String name, String definition) {
        try {
            return RuleReader.readOne(name, definition);
        } catch (InvalidRulesException e) {
            throw invalid(String.join("; ", e.faults()).replace("line 1: ", ""));
        }
    }

    /** @throws RegistryException GRANT_UNKNOWN, UNSUPPORTED where they are in a file */
    public void remove(String name) {
        requireDatabase();
        if (table.all().stream().noneMatch(rule -> rule.name().equals(name))) {
            throw new RegistryException(
                    Problem.GRANT_UNKNOWN, "there is no rule of this name", Map.of("name", name));
        }
        table.make(new RuleChange.Removed(name));
    }

    /** Somebody sees now what these rules would remove. */
    public void see(List<String> keys, String by) {
        keys.stream()
                .filter(key -> table.seen(key).isEmpty())
                .forEach(key -> table.make(
                        new RuleChange.Seen(key, clock.instant().truncatedTo(ChronoUnit.MILLIS), by)));
    }

    /** Who saw first what a rule would remove, as it is now. */
    public Optional<Seen> seen(RetentionRule rule) {
        return table.seen(rule.key());
    }

    /** Whether a rule may remove images without anybody who asks for that. */
    public boolean mayRunByItself(RetentionRule rule) {
        return rule.unattended() || seen(rule).isPresent();
    }

    private void requireDatabase() {
        if (file.isUsed()) {
            throw new RegistryException(
                    Problem.UNSUPPORTED,
                    "the rules are read-only here: they are in the file that strata.upkeep.retention-file names",
                    Map.of());
        }
    }

    private static RegistryException invalid(String what) {
        return new RegistryException(Problem.GRANT_INVALID, what, Map.of());
    }
}
