package dev.strata.savings.ledger;

/** The books do not hold what they must hold: a defect of Strata, and not of a request. */
public class DefectException extends RuntimeException {

    public DefectException(String message) {
        super(message);
    }
}
