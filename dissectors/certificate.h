/*
 * certificate: the names in an X.509 certificate [RFC 5280 4.1].
 */
#ifndef DISSECTORS_CERTIFICATE_H
#define DISSECTORS_CERTIFICATE_H

#include "farhand/obs.h"

/* Say subject, organisation, issuer and DNS names, or the first and third of these alone; of what
   is not DER, nothing more. */
enum certificate_part { CERTIFICATE_ALL, CERTIFICATE_COMMON_NAMES };
void certificate_read(struct view der, enum certificate_part part, struct obs_list *out);

#endif
