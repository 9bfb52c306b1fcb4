/*
 * certificate: the names in an X.509 certificate [RFC 5280 4.1].
 */
#ifndef DISSECTORS_CERTIFICATE_H
#define DISSECTORS_CERTIFICATE_H

#include "farhand/obs.h"

/* Say subject, organisation, issuer and DNS names; of what is not DER, nothing more. */
void certificate_read(struct view der, struct obs_list *out);

#endif
