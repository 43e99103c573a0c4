#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <autodiff/core/error.hpp>
#include <autodiff/core/pool.hpp>
#include <autodiff/core/shape.hpp>

namespace {

using ad::broadcast;
using ad::Shape;

TEST(Shape, CountsElements) {
  EXPECT_EQ(Shape().size(), 1U);
  EXPECT_EQ(Shape({2, 3, 4}).size(), 24U);
  EXPECT_EQ(Shape({2, 0, 4}).size(), 0U);
  EXPECT_EQ(to_string(Shape{128, 784}), "(128, 784)");
  EXPECT_EQ(Shape({2, 3, 4}).without(1), Shape({2, 4}));
  EXPECT_EQ(Shape({2, 4}).with(1, 3), Shape({2, 3, 4}));
  EXPECT_THROW(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), ad::ShapeError);
  EXPECT_EQ(Shape({2, 4}).with(2, 1), Shape({2, 4, 1}));
  EXPECT_THROW((void)Shape({2, 4}).with(3, 1), ad::ShapeError);
  EXPECT_THROW((void)Shape({2, 4}).without(2), ad::ShapeError);
  EXPECT_THROW((void)Shape().without(0), ad::ShapeError);
  EXPECT_THROW((void)Shape({1, 1, 1, 1, 1, 1, 1, 1}).with(0, 1), ad::ShapeError);
}

TEST(Shape, BroadcastsFromTheLastAxisOn) {
  EXPECT_EQ(broadcast({2, 3}, {3}, "add"), Shape({2, 3}));
  EXPECT_EQ(broadcast({3}, {2, 1}, "add"), Shape({2, 3}));
  EXPECT_EQ(broadcast({}, {2, 1}, "add"), Shape({2, 1}));
  EXPECT_EQ(broadcast({1}, {0}, "add"), Shape({0}));
  try {
    broadcast({2, 3}, {2}, "add");
    ADD_FAILURE();
  } catch (const ad::ShapeError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("add: arrays of the shapes (2, 3) and (2) do not fit"), std::string::npos)
        << text;
  }
}

TEST(Pool, GivesTheSameBlockAgain) {
  for (const std::size_t bytes : {1U, 64U, 65U, 96U, 97U, 1000U, 100'000U}) {
    void* const block = ad::detail::take_block(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    ad::detail::give_block(block, bytes);
    const std::size_t before = ad::detail::blocks_from_system();
    void* const again = ad::detail::take_block(bytes);
    EXPECT_EQ(again, block);
    EXPECT_EQ(ad::detail::blocks_from_system(), before);
    ad::detail::give_block(again, bytes);
  }
}

TEST(Pool, HasRoomForAllBytesOfASize) {
  for (std::size_t bytes = 1; bytes < 5000; bytes += 7) {
    auto* const block = static_cast<unsigned char*>(ad::detail::take_block(bytes));
    std::fill_n(block, bytes, static_cast<unsigned char>(bytes));
    ad::detail::give_block(block, bytes);
  }
}

TEST(Pool, TakesBlocksBackOnAnotherThread) {
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(ad::detail::take_block(256));
  std::thread([&] {
    for (void* const block : blocks) ad::detail::give_block(block, 256);
  }).join();
}

}  // namespace
