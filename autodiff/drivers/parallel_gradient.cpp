#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include <autodiff/drivers/parallel_gradient.hpp>

namespace ad::detail {

namespace {

/// Hands out blocks in order, and lets their results in in the same order.
class Turns {
 public:
  explicit Turns(std::size_t blocks) : blocks_(blocks) {}

  /// The next block, or `blocks` if there is none, or one has failed.
  std::size_t take() {
    const std::lock_guard lock(mutex_);
    return failure_ || taken_ == blocks_ ? blocks_ : taken_++;
  }

  /// Waits until all blocks before this one are in, and lets it in: as a failure, or by `add`
  /// unless an earlier one has failed.
  template <class Add>
  void finish(std::size_t block, const std::exception_ptr& failure, const Add& add) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [&] { return finished_ == block; });
    if (!failure_) failure_ = failure;
    try {
      if (!failure_) add();
    } catch (...) {
      failure_ = std::current_exception();
    }
    ++finished_;
    turn_.notify_all();
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable turn_;
  std::size_t blocks_;
  std::size_t taken_ = 0, finished_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

void in_turns(std::size_t blocks, std::size_t workers,
              const std::function<void(std::size_t, std::size_t)>& compute,
              const std::function<void(std::size_t)>& add) {
  Turns turns(blocks);
  const auto work = [&](std::size_t worker) {
    for (std::size_t block = turns.take(); block < blocks; block = turns.take()) {
      std::exception_ptr failure;
      try {
        compute(worker, block);
      } catch (...) {
        failure = std::current_exception();
      }
      turns.finish(block, failure, [&] { add(worker); });
    }
  };
  {
    std::vector<std::jthread> others;
    others.reserve(workers);
    try {
      for (std::size_t worker = 1; worker < workers; ++worker) others.emplace_back(work, worker);
    } catch (const std::system_error&) {
      // The system gives no more threads: those there are do the work.
    }
    if (blocks > 0) work(0);
  }
  turns.rethrow();
}

std::size_t worker_count(std::size_t threads, std::size_t blocks) {
  if (threads == 0) threads = std::thread::hardware_concurrency();
  return std::max<std::size_t>(1, std::min(threads, blocks));
}

}  // namespace ad::detail
