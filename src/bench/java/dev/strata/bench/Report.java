package dev.strata.bench;

import java.util.List;
import java.util.Map;

/**
 * A run, ready to be written down.
 *
 * @param circumstances of the machine
 * @param servers name and description of each that was measured
 * @param missing servers that were asked for and are not here
 */
record Report(Map<String, String> circumstances, String scale, int rounds, Map<String, String> servers,
        List<String> missing, List<Case> cases, List<Aim> aims, Results results) {

    static final String SUBJECT = "strata";

    /** The servers that Strata is compared with; none if it was not measured. */
    List<String> references() {
        return servers.containsKey(SUBJECT)
                ? servers.keySet().stream().filter(name -> !name.equals(SUBJECT)).toList() : List.of();
    }

    String titleOf(String caseId) {
        return cases.stream().filter(one -> one.id().equals(caseId)).findFirst().map(Case::title).orElse(caseId);
    }

    Unit unitOf(String caseId) {
        return cases.stream().filter(one -> one.id().equals(caseId)).findFirst().map(Case::unit)
                .orElse(Unit.PER_SECOND);
    }
}
