#include <autodiff/core/branch_log.hpp>
#include <autodiff/core/quad.hpp>
#include <autodiff/ops/formula.hpp>

namespace ad::detail {

void log_quad_piece(const Quad& number, bool at_jump) {
  constexpr int bits = 16;  // enough to tell pieces apart that one search could mistake
  if (active_branch_log == nullptr) return;
  // Of numbers so large that all are integers each is a piece of its own: its last bits tell them
  // apart, whatever their place.
  const bool all_are_integers = !is_less(ulp(number), Quad(1));
  Quad rest = all_are_integers && isfinite(number) ? number / ulp(number) : number;
  at_jump = at_jump && !all_are_integers;
  for (int i = 0; i < bits; ++i) {
    const bool odd = !all_zero(fmod(rest, Quad(2)));
    const signed char sign = at_jump ? 0 : odd ? 1 : -1;
    active_branch_log->record(isfinite(number) ? sign : BranchLog::unordered);
    rest = floor(ldexp(rest, -1));
  }
}

}  // namespace ad::detail
