#include "properties.hpp"

AUTODIFF_TEST_FAMILY(ErrorFunction);
