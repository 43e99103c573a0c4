#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace house {

/// Reads every include of our own files under `root`/include/autodiff and `root`/autodiff.
/// Returns one line, "file:line: what is wrong", for each include of a later layer, circle of
/// headers, header over 400 lines, include of a file that is not there, unknown layer, and library
/// that a public header asks of its user beyond fmt (GoogleTest in verify, anything in interop).
std::vector<std::string> check_includes(const std::filesystem::path& root);

}  // namespace house
