/** What every controller shares: errors as answers, files as answers, links. With its room {@code connector}, the only package that knows Tomcat. */
@NullMarked
package dev.strata.web;

import org.jspecify.annotations.NullMarked;
