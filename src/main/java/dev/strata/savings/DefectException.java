package dev.strata.savings;

/** The books do not hold what they must hold: a defect of Strata, and not of a request. */
class DefectException extends RuntimeException {

    DefectException(String message) {
        super(message);
    }
}
