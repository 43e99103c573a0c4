#include "autodiff/tools/program.hpp"

int main(int count, char** arguments) {
  return ad::tools::run_program({arguments + (count > 0 ? 1 : 0), arguments + count});
}
