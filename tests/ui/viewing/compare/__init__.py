"""Tests of comparing exams."""
