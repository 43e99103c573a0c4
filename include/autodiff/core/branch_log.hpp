// Which branches a quad-precision evaluation took: the signs of its comparisons, in order.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace ad {

class BranchLog;

namespace detail {

// Inline and constant-initialised: reading one is a plain thread-local load, without a wrapper
// call.
inline constinit thread_local BranchLog* active_branch_log = nullptr;
inline constinit thread_local const char* operation_name = nullptr;

/// Names the operation under evaluation on this thread while it lives. Nests; the innermost name
/// counts. `name` must outlive every log that sees it: a string literal.
class OperationName {
 public:
  explicit OperationName(const char* name) noexcept : previous_(operation_name) {
    operation_name = name;
  }
  ~OperationName() { operation_name = previous_; }
  OperationName(const OperationName&) = delete;
  OperationName& operator=(const OperationName&) = delete;

 private:
  const char* previous_;
};

}  // namespace detail

/// Receives the sign of every comparison of Quad numbers on this thread while it lives. Nests: only
/// the innermost log receives.
///
///   ad::BranchLog at;
///   const ad::Quad y = f(x);
///   // at.entries() now tells on which branch of f the point x lies
class BranchLog {
 public:
  /// The sign of a - b in a comparison of a with b: -1, 0, +1, or `unordered` if one is NaN.
  /// `operation` is the operation that compared, nullptr if the user's own code did.
  struct Entry {
    const char* operation;
    signed char sign;
  };

  static constexpr signed char unordered = 2;

  BranchLog() noexcept : previous_(detail::active_branch_log) { detail::active_branch_log = this; }
  ~BranchLog() { detail::active_branch_log = previous_; }
  BranchLog(const BranchLog&) = delete;
  BranchLog& operator=(const BranchLog&) = delete;

  const std::vector<Entry>& entries() const noexcept { return entries_; }
  void clear() noexcept { entries_.clear(); }

  /// Adds a sign under the current operation's name; what the comparisons of Quad call.
  void record(signed char sign) { entries_.push_back(Entry{detail::operation_name, sign}); }

  /// True if an evaluation nearby saw the function's branch at the point itself: the same
  /// comparisons in the same order, each with the same sign or with equality at the point. Names
  /// are compared as text.
  static bool compatible(const std::vector<Entry>& at, const std::vector<Entry>& nearby) {
    return !first_difference(at, nearby).has_value();
  }

  /// Index of the first entry that makes the two evaluations incompatible, none if they are not.
  /// Where one is the beginning of the other it is the length of the shorter.
  static std::optional<std::size_t> first_difference(const std::vector<Entry>& at,
                                                     const std::vector<Entry>& nearby);

  /// True if a comparison of equal numbers sent the evaluation at the point another way than the
  /// one nearby: from there on they make other comparisons, not the same ones with other signs.
  static bool parts_at_equality(const std::vector<Entry>& at, const std::vector<Entry>& nearby);

 private:
  std::vector<Entry> entries_;
  BranchLog* previous_;
};

}  // namespace ad
