package dev.strata.access.callers;

import jakarta.servlet.http.HttpServletRequest;

/** The caller of a request: noted when it was authenticated, and asked for where something is decided. */
public final class Callers {

    private static final String ATTRIBUTE = Callers.class.getName();

    private Callers() {}

    /** Who sent this request; {@link Caller#ANYBODY} where there are no logins. */
    public static Caller of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : Caller.ANYBODY;
    }

    /** Says so, when it was found out. */
    public static void note(HttpServletRequest request, Caller caller) {
        request.setAttribute(ATTRIBUTE, caller);
    }
}
