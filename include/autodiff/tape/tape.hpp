// The tape, whole: its class, and the members that record and sweep.
#pragma once

#include <autodiff/tape/recording.hpp>
#include <autodiff/tape/sweep.hpp>
#include <autodiff/tape/tape_class.hpp>
