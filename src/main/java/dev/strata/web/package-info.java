/** What every controller shares: errors as answers, files as answers, links, and the connector. Knows Tomcat alone. */
@NullMarked
package dev.strata.web;

import org.jspecify.annotations.NullMarked;
